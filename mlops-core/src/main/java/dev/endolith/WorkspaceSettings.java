package dev.endolith;

import dev.endolith.registry.ArtifactStore;
import dev.endolith.registry.CommitRules;
import java.net.URI;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a host said about where a workspace is to be kept. Immutable.
 *
 * @param folder where files are kept, null if none was given
 * @param uri where the database is, null if none was given
 * @param dataSource the host's own connections to the database, null if none were given
 * @param artifacts where blobs are kept, null for the folder
 * @param rules the rules of commits, which give the time too
 */
public record WorkspaceSettings(
    @Nullable Path folder,
    @Nullable URI uri,
    @Nullable DataSource dataSource,
    @Nullable ArtifactStore artifacts,
    CommitRules rules) {}
