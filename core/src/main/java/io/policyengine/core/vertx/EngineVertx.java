package io.policyengine.core.vertx;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

/** Vert.x instances without a cache of files, which would need a writable temporary folder. */
public final class EngineVertx {
    private EngineVertx() {}

    /** Creates an instance with the defaults of Vert.x otherwise. */
    public static Vertx create() {
        return Vertx.vertx(options());
    }

    /** Returns options to complete; nothing is served from files or the class path, and the disk may be read-only. */
    public static VertxOptions options() {
        return new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }
}
