package io.policyengine.core.coding;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import org.jspecify.annotations.Nullable;

/**
 * Loads the native libraries of br and zstd when the class is initialized. This unpacks two files unless the libraries
 * are installed.
 */
final class NativeLibraries {
    static final @Nullable String BROTLI_PROBLEM =
            problem(Coding.BR, System.mapLibraryName("brotli"), Brotli4jLoader::ensureAvailability);

    static final @Nullable String ZSTD_PROBLEM =
            problem(Coding.ZSTD, System.mapLibraryName("zstd-jni-<version>"), Native::load);

    private NativeLibraries() {}

    private static @Nullable String problem(Coding coding, String file, Runnable load) {
        try {
            load.run();
            return null;
        } catch (LinkageError | RuntimeException failure) {
            return "bodies in coding " + coding.token() + " cannot be decoded: the native library " + file
                    + " does not load from " + System.getProperty("java.io.tmpdir") + " (" + rootOf(failure)
                    + "); set java.io.tmpdir to a folder that is writable and not mounted noexec,"
                    + " or put the library into a folder of java.library.path";
        }
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
