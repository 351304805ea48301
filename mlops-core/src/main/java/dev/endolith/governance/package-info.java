/** What people and auditors read about a model: {@link dev.endolith.governance.ModelCard}. */
@NullMarked
package dev.endolith.governance;

import org.jspecify.annotations.NullMarked;
