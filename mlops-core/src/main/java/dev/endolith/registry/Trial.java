package dev.endolith.registry;

import dev.endolith.model.Outcomes;
import java.util.Optional;

/**
 * What a gate judges: answers on rows that the candidate was not trained on.
 *
 * @param candidate the candidate's answers beside the truth
 * @param champion the champion's answers on the same rows, empty where there is none
 */
public record Trial(Outcomes candidate, Optional<Outcomes> champion) {}
