/** The SQL workspace: registry, runs, journal, prediction log and audit in one database. */
@NullMarked
package dev.endolith.registry.sql;

import org.jspecify.annotations.NullMarked;
