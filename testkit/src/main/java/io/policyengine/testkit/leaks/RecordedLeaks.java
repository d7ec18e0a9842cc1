package io.policyengine.testkit.leaks;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Records the buffer leaks that Netty's detectors report during a test run. */
final class RecordedLeaks extends ResourceLeakDetectorFactory {
    private static final Duration COLLECTION = Duration.ofSeconds(10);

    private final Queue<String> found = new ConcurrentLinkedQueue<>();

    @Override
    @SuppressWarnings("deprecation") // the abstract method is the deprecated one
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
            Class<T> resource, int samplingInterval, long maxActive) {
        return new Recording<>(resource, samplingInterval, found);
    }

    private static final class Recording<T> extends ResourceLeakDetector<T> {
        private final Queue<String> found;

        Recording(Class<T> resource, int samplingInterval, Queue<String> found) {
            super(resource, samplingInterval);
            this.found = found;
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String resource, String records) {
            found.add(resource + " was not released:" + records);
        }

        @Override
        protected void reportUntracedLeak(String resource) {
            found.add(resource + " was not released");
        }
    }

    /** Returns all leaks so far, including those that only a garbage collection reveals. */
    List<String> seekBlocking() throws InterruptedException {
        collectBlocking();
        // A detector reports collected buffers when it tracks the next one.
        ByteBufAllocator.DEFAULT.buffer(1).release();
        return new ArrayList<>(found);
    }

    private static void collectBlocking() throws InterruptedException {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> canary = new WeakReference<>(new Object(), collected);
        System.gc();
        @Nullable Object seen = collected.remove(COLLECTION.toMillis());
        if (seen == null || !seen.equals(canary)) {
            throw new IllegalStateException("no garbage collection within " + COLLECTION.toSeconds() + " s");
        }
    }
}
