package io.policyengine.core.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Creates Vert.x instances without a file cache, since the cache would need a writable temporary folder. */
public final class EngineVertx {
    private EngineVertx() {}

    /** Creates an instance without a file cache, and with Vert.x's defaults otherwise. */
    public static Vertx create() {
        return Vertx.vertx(options());
    }

    /**
     * Returns options that the caller may complete. Nothing is served from files or the class path, so the disk may be
     * read-only.
     */
    public static VertxOptions options() {
        return new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }
}
