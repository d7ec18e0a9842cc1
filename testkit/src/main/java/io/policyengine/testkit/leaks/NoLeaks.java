package io.policyengine.testkit.leaks;

import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * A listener of a whole run of tests that fails it where a buffer was not released. Takes part in the runs of modules whose {@code
 * META-INF/services} name it.
 */
public final class NoLeaks implements LauncherSessionListener {
    private final RecordedLeaks leaks = new RecordedLeaks();

    /** Before anything of Netty is loaded, which asks once for a detector. */
    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(leaks);
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        try {
            requireNone(leaks.seekBlocking());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Fails with all of them where there are some. */
    static void requireNone(List<String> found) {
        if (!found.isEmpty()) {
            throw new AssertionError(
                    "buffers leak; -Dtest.leaks=-Dio.netty.leakDetection.level=paranoid shows where they" + " went: "
                            + String.join("\n", found));
        }
    }
}
