package io.policyengine.testkit.leaks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Leaks are found, and only they. */
class RecordedLeaksTest {
    private final RecordedLeaks leaks = new RecordedLeaks();
    private final ResourceLeakDetector<Object> detector =
            leaks.newResourceLeakDetector(Object.class, 1, Long.MAX_VALUE);

    @Test
    void whatIsNotClosedIsFoundOnceItIsCollected() throws InterruptedException {
        detector.trackForcibly(new Object());

        leaks.seekBlocking();
        close(new Object());

        assertThat(leaks.seekBlocking()).singleElement().asString().startsWith("Object was not released");
        assertThatThrownBy(() -> NoLeaks.requireNone(leaks.seekBlocking()))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("Object was not released");
    }

    @Test
    void whatIsClosedIsNone() throws InterruptedException {
        close(new Object());
        leaks.seekBlocking();
        close(new Object());

        assertThat(leaks.seekBlocking()).isEmpty();
        NoLeaks.requireNone(List.of());
    }

    /** Watches something and closes it, which lets the detector look at what was collected before. */
    private void close(Object watched) {
        ResourceLeakTracker<Object> tracker = Objects.requireNonNull(detector.trackForcibly(watched));
        assertThat(tracker.close(watched)).isTrue();
    }

    @Test
    void thisRunIsWatched() {
        assertThat(ResourceLeakDetectorFactory.instance()).isInstanceOf(RecordedLeaks.class);
    }
}
