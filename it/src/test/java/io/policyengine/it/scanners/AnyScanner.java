package io.policyengine.it.scanners;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.scanners.ScanRig.Fate;
import io.policyengine.it.scanners.Uploads.Upload;
import io.policyengine.testkit.scanner.Eicar;
import io.policyengine.testkit.scanner.ScannerProcess;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Whatever the scanner is, infected files are found, harmless ones pass, and nothing passes while it is not there. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AnyScanner {
    static final byte[] HARMLESS = Uploads.text("harmless");

    @SuppressWarnings("NullAway.Init") // by each test
    ScanRig rig;

    /** The scanner that is asked, which has begun. */
    abstract ScannerProcess scanner();

    /** The parameters that lead to it, in YAML. */
    abstract String address();

    /** Infected files in all the forms that are cut at each place; only some where a scan is slow. */
    abstract Map<String, Upload> formsToCut();

    /** Makes the policy, with these parameters besides. */
    final void scan(String more) {
        rig = new ScanRig("{ " + address() + ", " + more + " }");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void findsAFileInWhateverItIsSent() {
        scan("mode: whole");
        for (Map.Entry<String, Upload> each : Uploads.of(Eicar.bytes()).entrySet()) {
            Upload upload = each.getValue();
            assertThat(rig.request(upload.headers(), upload.body()).status())
                    .as(each.getKey())
                    .isEqualTo(403);
            assertThat(rig.response(upload.headers(), upload.body()).status())
                    .as(each.getKey())
                    .isEqualTo(502);
        }
    }

    @Test
    void letsAHarmlessFilePassInWhateverItIsSent() {
        scan("mode: whole");
        for (Map.Entry<String, Upload> each : Uploads.of(HARMLESS).entrySet()) {
            Upload upload = each.getValue();
            assertThat(rig.request(upload.headers(), upload.body()).status())
                    .as(each.getKey())
                    .isEqualTo(ScanRig.PASSES);
            assertThat(rig.response(upload.headers(), upload.body()).status())
                    .as(each.getKey())
                    .isEqualTo(ScanRig.PASSES);
        }
    }

    @Test
    void findsItWhereverTheBodyIsCut() {
        scan("mode: stream");
        formsToCut().forEach((form, upload) -> {
            byte[] body = upload.body();
            for (int at = 0; at <= body.length; at++) {
                Fate fate = rig.chunks(
                        upload.headers(), List.of(Uploads.slice(body, 0, at), Uploads.slice(body, at, body.length)));

                assertThat(fate).as("%s, cut at %s", form, at).isEqualTo(new Fate(403, Buffer.buffer()));
            }
            assertThat(rig.chunks(upload.headers(), Uploads.cut(body, 1)))
                    .as("%s, in single bytes", form)
                    .isEqualTo(new Fate(403, Buffer.buffer()));
        });
    }

    @Test
    void withoutTheScannerNothingPassesAndWithItAllIsAsBefore() {
        scan("timeout_ms: 500");
        awaitWell();

        scanner().hang();
        try {
            for (int i = 0; i < 6; i++) {
                assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.NO_VERDICT);
            }
            assertThat(rig.unwell()).contains("no answer in time");
        } finally {
            scanner().goOn();
        }
        awaitWell();

        scanner().kill();
        assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.NO_VERDICT);
        scanner().restart();
        awaitWell();
        assertThat(rig.request(Uploads.PLAIN, Eicar.bytes()).status()).isEqualTo(403);
    }

    final void awaitWell() {
        Await.until("it scans", () -> rig.request(Uploads.PLAIN, HARMLESS).status() == ScanRig.PASSES);
    }

    @Test
    void underLoadNoVerdictIsEverAnothersWhateverBecomesOfTheScanner() {
        underLoad(scanner());
    }

    /** Stops, kills and restarts it under load: no file gets a wrong verdict, and the right ones come again by themselves. */
    final void underLoad(ScannerProcess victim) {
        scan("timeout_ms: 500, max_connections: 8");
        ScanLoad load = new ScanLoad(rig, 16);
        load.awaitVerdicts(200);

        victim.hang();
        load.awaitWithout(20);
        victim.goOn();
        load.awaitVerdicts(200);
        victim.kill();
        load.awaitWithout(20);
        victim.restart();
        load.awaitVerdicts(200);

        assertThat(load.end()).as("wrong verdicts").isZero();
    }
}
