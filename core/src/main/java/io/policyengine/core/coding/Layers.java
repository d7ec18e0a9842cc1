package io.policyengine.core.coding;

import org.jspecify.annotations.Nullable;

/** Creates the layers of each coding, and determines why this machine cannot use a coding. */
final class Layers {
    private Layers() {}

    static @Nullable String problem(Coding coding) {
        return switch (coding) {
            case GZIP, DEFLATE -> null;
            case BR -> NativeLibraries.BROTLI_PROBLEM;
            case ZSTD -> NativeLibraries.ZSTD_PROBLEM;
        };
    }

    static Layer decoder(Coding coding) {
        return switch (coding) {
            case GZIP -> new GzipDecoder();
            case DEFLATE -> new DeflateDecoder();
            case BR -> new BrotliDecoder();
            case ZSTD -> new ZstdDecoder();
        };
    }

    static Layer encoder(Coding coding) {
        return switch (coding) {
            case GZIP -> new GzipEncoder();
            case DEFLATE -> new DeflateEncoder();
            case BR -> new BrotliEncoder();
            case ZSTD -> new ZstdEncoder();
        };
    }
}
