/**
 * The SQL workspace: registry, runs, journal, prediction log and audit in one database. It is found
 * by name through {@link dev.endolith.registry.sql.SqliteWorkspaceProvider}.
 */
@NullMarked
package dev.endolith.registry.sql;

import org.jspecify.annotations.NullMarked;
