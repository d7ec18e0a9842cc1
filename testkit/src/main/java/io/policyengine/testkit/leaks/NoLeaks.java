package io.policyengine.testkit.leaks;

import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** A JUnit listener that fails a test run with unreleased buffers. Modules enable it in {@code META-INF/services}. */
public final class NoLeaks implements LauncherSessionListener {
    private final RecordedLeaks leaks = new RecordedLeaks();

    /** Installs the leak detector before Netty is loaded, since Netty looks for a detector only once. */
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

    static void requireNone(List<String> found) {
        if (!found.isEmpty()) {
            throw new AssertionError(
                    "buffers leak; -Dtest.leaks=-Dio.netty.leakDetection.level=paranoid shows where they" + " went: "
                            + String.join("\n", found));
        }
    }
}
