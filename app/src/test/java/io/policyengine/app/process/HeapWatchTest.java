package io.policyengine.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.testkit.process.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A heap that is full and no error yet. */
class HeapWatchTest {
    private static final long SECOND = 1_000_000_000;

    private final HeapWatch watch = new HeapWatch(Duration.ofSeconds(10));

    /** Fills its heap but for a little, and goes on with that; ended by the watch, or after a minute. */
    public static void main(String[] none) {
        new HeapWatch(Duration.ofSeconds(2)).start(Duration.ofMillis(100), () -> {
            System.out.println("ended");
            Runtime.getRuntime().halt(1);
        });
        List<byte[]> held = new ArrayList<>(100_000);
        try {
            while (true) {
                held.add(new byte[16 * 1024]);
            }
        } catch (OutOfMemoryError full) {
            held.subList(held.size() - 20, held.size()).clear();
        }
        long end = System.nanoTime() + 60 * SECOND;
        while (System.nanoTime() < end) {
            try {
                byte[] shortlived = new byte[32 * 1024];
                shortlived[0] = 1;
            } catch (OutOfMemoryError full) {
                held.removeLast();
            }
        }
    }

    @Test
    @Timeout(120)
    void aProcessThatDoesLittleButCollectIsEnded() throws Exception {
        ChildJvm ended = ChildJvm.runBlocking(
                HeapWatchTest.class, List.of("-Xmx48m", "-XX:+UseParallelGC", "-XX:-UseGCOverheadLimit"), List.of());

        assertThat(ended.output()).contains("ended");
        assertThat(ended.status()).isEqualTo(1);
    }

    @Test
    void aFullHeapThatIsCollectedSeldomIsNoReason() {
        for (int second = 0; second < 60; second++) {
            assertThat(watch.look(second * SECOND, second * 500L, 99, 100)).isFalse();
        }
    }

    @Test
    void collectingAllTheTimeIsNoReasonWhereItFindsRoom() {
        for (int second = 0; second < 60; second++) {
            assertThat(watch.look(second * SECOND, second * 990L, 90, 100)).isFalse();
        }
    }

    @Test
    void bothForTheWholeTimeAreOne() {
        for (int second = 0; second < 10; second++) {
            assertThat(watch.look(second * SECOND, second * 700L, 99, 100)).isFalse();
        }
        assertThat(watch.look(10 * SECOND, 7_000, 99, 100)).isTrue();
    }

    @Test
    void aMomentOfRoomRestartsTheTime() {
        for (int second = 0; second < 9; second++) {
            watch.look(second * SECOND, second * 900L, 99, 100);
        }
        watch.look(9 * SECOND, 8_100, 50, 100);
        for (int second = 10; second < 20; second++) {
            assertThat(watch.look(second * SECOND, second * 900L, 99, 100)).isFalse();
        }
        assertThat(watch.look(20 * SECOND, 18_000, 99, 100)).isTrue();
    }
}
