package io.policyengine.testkit.leaks;

import io.netty.util.ResourceLeakDetectorFactory;
import java.util.List;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** A listener that fails runs with unreleased buffers, in modules whose {@code META-INF/services} name it. */
public final class NoLeaks implements LauncherSessionListener {
    private final RecordedLeaks leaks = new RecordedLeaks();

    /** Installs the detector before Netty is loaded, since Netty requests a detector only once. */
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
