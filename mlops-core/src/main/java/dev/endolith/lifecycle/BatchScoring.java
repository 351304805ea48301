package dev.endolith.lifecycle;

import dev.endolith.Workspace;
import dev.endolith.data.Task;
import dev.endolith.error.NotFoundException;
import dev.endolith.model.Prediction;
import dev.endolith.model.Predictor;
import dev.endolith.pipeline.Parameter;
import dev.endolith.pipeline.Pipeline;
import dev.endolith.pipeline.StepOutput;
import dev.endolith.pipeline.StepValue;
import dev.endolith.registry.ModelVersion;
import java.util.List;

/**
 * Answers for many rows, chunk by chunk, with one version from the first row to the last: chunks
 * are done in parallel, and a run that was killed goes on with the chunks that are not done.
 */
public final class BatchScoring {
  private BatchScoring() {}

  /**
   * Where rows come from and answers go.
   *
   * @param <X> what the model is asked
   * @param <Y> what it answers
   */
  public interface Batch<X, Y> {
    /**
     * The chunks that there are: files, partitions, ranges of keys.
     *
     * @return their names, the same when asked again for one run
     */
    List<String> chunks();

    /**
     * The rows of a chunk.
     *
     * @param chunk its name
     * @return the rows; all of them are in memory at a time
     */
    List<X> rows(String chunk);

    /**
     * Takes the answers of a chunk. Called again with the same chunk if the process ended before it
     * was recorded: it replaces what it wrote before.
     *
     * @param chunk the chunk's name
     * @param version the version that answered
     * @param rows the rows
     * @param answers one answer per row, in row order
     */
    void write(String chunk, ModelVersion version, List<X> rows, List<Prediction<Y>> answers);
  }

  /**
   * What came of a run.
   *
   * @param version the version that answered
   * @param chunks how many chunks were done
   * @param rows how many rows were answered
   */
  public record Report(long version, int chunks, long rows) {}

  /**
   * Builds the pipeline. It has a parameter {@code alias}, by default {@code champion}.
   *
   * @param workspace where the model is
   * @param model the model's name
   * @param task what it is asked and answers
   * @param batch where rows come from and answers go
   * @param <X> what the model is asked
   * @param <Y> what it answers
   * @return a pipeline that answers how much was done
   */
  public static <X, Y> Pipeline<Report> pipeline(
      Workspace workspace, String model, Task<X, Y> task, Batch<X, Y> batch) {
    Pipeline.Builder steps = Pipeline.named("score-" + model);
    Parameter<String> alias =
        steps.parameter("alias", StepValue.json(String.class), TrainingPipeline.CHAMPION);
    // pinned: a promotion in the middle of a run changes nothing
    StepOutput<Long> version =
        steps
            .step("version", StepValue.json(Long.class))
            .does(alias, name -> version(workspace, model, name));
    StepOutput<Predictor<X, Y>> predictor =
        steps
            .step("model", StepValue.<Predictor<X, Y>>recomputed())
            .does(
                version,
                number -> workspace.models().load(workspace.models().get(model, number), task));
    StepOutput<List<String>> chunks =
        steps.step("chunks", StepValue.listOf(String.class)).does(batch::chunks);
    StepOutput<List<Integer>> done =
        steps.forEach(
            "chunk",
            chunks,
            (inner, chunk) ->
                inner
                    .step("score", StepValue.json(Integer.class))
                    .does(
                        chunk,
                        version,
                        predictor,
                        (name, number, answers) -> {
                          List<X> rows = batch.rows(name);
                          batch.write(
                              name,
                              workspace.models().get(model, number),
                              rows,
                              answers.predictAll(rows));
                          return rows.size();
                        }));
    StepOutput<Report> report =
        steps
            .step("report", StepValue.json(Report.class))
            .does(
                version,
                predictor,
                done,
                (number, answers, counts) -> {
                  answers.close();
                  return new Report(
                      number, counts.size(), counts.stream().mapToLong(Integer::longValue).sum());
                });
    return steps.returning(report);
  }

  private static long version(Workspace workspace, String model, String alias) {
    return workspace
        .models()
        .alias(model, alias)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "alias",
                    alias,
                    "model '"
                        + model
                        + "' has no alias '"
                        + alias
                        + "', so that nothing can score; move it to a version, or set the parameter"
                        + " 'alias'"))
        .version();
  }
}
