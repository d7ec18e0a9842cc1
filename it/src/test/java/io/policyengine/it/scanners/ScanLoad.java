package io.policyengine.it.scanners;

import io.policyengine.testkit.scanner.Eicar;
import io.policyengine.testkit.time.Await;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Clients that send infected and harmless files by turns, each as soon as the one before has its fate. */
final class ScanLoad {
    private static final byte[] HARMLESS = Uploads.text("harmless");

    private final ScanRig rig;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong verdicts = new AtomicLong();
    private final AtomicLong without = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicInteger clients = new AtomicInteger();
    private volatile boolean isOver;

    /** So many clients, which have begun. */
    ScanLoad(ScanRig rig, int number) {
        this.rig = rig;
        for (int i = 0; i < number; i++) {
            clients.incrementAndGet();
            rig.vertx.runOnContext(_ -> send());
        }
    }

    private void send() {
        if (isOver) {
            clients.decrementAndGet();
            return;
        }
        boolean isInfected = sent.incrementAndGet() % 2 == 0;
        rig.requestLater(Uploads.PLAIN, isInfected ? Eicar.bytes() : HARMLESS)
                .onComplete(
                        fate -> {
                            count(fate.status(), isInfected ? 403 : ScanRig.PASSES);
                            rig.vertx.setTimer(1, _ -> send());
                        },
                        _ -> {
                            wrong.incrementAndGet();
                            clients.decrementAndGet();
                        });
    }

    private void count(int status, int expected) {
        if (status == expected) {
            verdicts.incrementAndGet();
        } else if (status == ScanRig.NO_VERDICT) {
            without.incrementAndGet();
        } else {
            wrong.incrementAndGet();
        }
    }

    /** Returns once so many more files have got their verdict. */
    void awaitVerdicts(int more) {
        long before = verdicts.get();
        Await.until("verdicts", () -> verdicts.get() - before > more);
    }

    /** Returns once so many more files have got none. */
    void awaitWithout(int more) {
        long before = without.get();
        Await.until("scans without a verdict", () -> without.get() - before > more);
    }

    /** Ends it; gives the number of files that got another's verdict, or another failure. */
    long end() {
        isOver = true;
        Await.until("all clients are done", () -> clients.get() == 0);
        return wrong.get();
    }
}
