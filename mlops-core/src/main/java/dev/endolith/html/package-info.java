/** Pages for people, in which every text is escaped: {@link dev.endolith.html.Html}. */
@NullMarked
package dev.endolith.html;

import org.jspecify.annotations.NullMarked;
