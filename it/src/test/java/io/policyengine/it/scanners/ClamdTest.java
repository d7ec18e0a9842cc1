package io.policyengine.it.scanners;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.scanners.ScanRig.Fate;
import io.policyengine.it.scanners.Uploads.Upload;
import io.policyengine.testkit.scanner.ClamdServer;
import io.policyengine.testkit.scanner.Eicar;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClamdTest {
    private static final byte[] HARMLESS = Uploads.text("harmless");

    private ClamdServer clamd;

    @SuppressWarnings("NullAway.Init") // by each test
    private ScanRig rig;

    @BeforeAll
    void start() {
        clamd = ClamdServer.start();
    }

    @AfterAll
    void stop() {
        clamd.close();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void scan(String more) {
        rig = new ScanRig("{ scanner: clamd, address: '" + clamd.address() + "', " + more + " }");
    }

    @Test
    void findsAFileInWhateverItIsSent() {
        scan("mode: whole, json_base64: true");
        for (Map.Entry<String, Upload> each : Uploads.of(Eicar.bytes()).entrySet()) {
            Upload upload = each.getValue();
            assertThat(rig.request(upload.headers(), upload.body()).status())
                    .as(each.getKey())
                    .isEqualTo(403);
            assertThat(rig.response(upload.headers(), upload.body()).status())
                    .as(each.getKey())
                    .isEqualTo(502);
        }
        String json = "{\"file\": \"" + Base64.getEncoder().encodeToString(Uploads.zip(Eicar.bytes())) + "\"}";
        assertThat(rig.request(Uploads.JSON, Uploads.text(json)).status()).isEqualTo(403);
    }

    @Test
    void letsAHarmlessFilePassInWhateverItIsSent() {
        scan("mode: whole, json_base64: true");
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
        int cuts = 0;
        for (Map.Entry<String, Upload> each : Uploads.of(Eicar.bytes()).entrySet()) {
            byte[] body = each.getValue().body();
            for (int at = 0; at <= body.length; at++) {
                Fate fate = rig.chunks(
                        each.getValue().headers(),
                        List.of(Uploads.slice(body, 0, at), Uploads.slice(body, at, body.length)));

                assertThat(fate).as("%s, cut at %s", each.getKey(), at).isEqualTo(new Fate(403, Buffer.buffer()));
                cuts++;
            }
            assertThat(rig.chunks(each.getValue().headers(), Uploads.cut(body, 1)))
                    .as("%s, in single bytes", each.getKey())
                    .isEqualTo(new Fate(403, Buffer.buffer()));
        }
        assertThat(cuts).isGreaterThan(2_000);
    }

    @Test
    void aLargeBodyGoesOnWhileItIsScannedAndItsEndOnlyAfterTheVerdict() {
        scan("mode: stream");
        byte[] clean = Uploads.noise(4 << 20);
        byte[] infected = Uploads.join(clean, Uploads.text(ClamdServer.ANYWHERE), Uploads.noise(1_000));

        assertThat(rig.chunks(Uploads.PLAIN, Uploads.cut(clean, 100_000)))
                .isEqualTo(new Fate(ScanRig.PASSES, Buffer.buffer(clean)));
        Fate fate = rig.chunks(Uploads.PLAIN, Uploads.cut(infected, 100_000));

        assertThat(fate.status()).isEqualTo(403);
        assertThat(fate.passed().length()).isBetween(3 << 20, infected.length - (64 << 10));
    }

    @Test
    void findsWhatLiesAcrossTheSlicesInWhichABodyIsHandedOn() {
        scan("mode: whole");
        byte[] word = Uploads.text(ClamdServer.ANYWHERE);
        for (int at = (64 << 10) - word.length; at <= 64 << 10; at++) {
            byte[] body = Uploads.join(Uploads.noise(at), word, Uploads.noise(100_000));

            assertThat(rig.request(Uploads.PLAIN, body).status())
                    .as("at %s", at)
                    .isEqualTo(403);
        }
        Upload last = Uploads.form("", Uploads.join(Uploads.noise(3 << 20), word));
        assertThat(rig.request(last.headers(), last.body()).status()).isEqualTo(403);
    }

    @Test
    void whatIsTooLargeForTheScannerDoesNotPass() {
        scan("mode: whole");

        assertThat(rig.request(Uploads.PLAIN, Uploads.noise(ClamdServer.MAX_BYTES + 1))
                        .status())
                .isIn(413, ScanRig.NO_VERDICT); // clamd says so and closes at once, which may lose what it has said
        assertThat(rig.request(Uploads.PLAIN, Uploads.noise(ClamdServer.MAX_BYTES - 1))
                        .status())
                .isEqualTo(ScanRig.PASSES);
    }

    @Test
    void aUnixSocketWillDoAsWell() {
        rig = new ScanRig("{ scanner: clamd, address: '" + clamd.socket() + "' }");

        assertThat(rig.request(Uploads.PLAIN, Eicar.bytes()).status()).isEqualTo(403);
        assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.PASSES);
    }

    @Test
    void withoutTheScannerNothingPassesAndWithItAllIsAsBefore() {
        scan("timeout_ms: 500");
        awaitWell();

        clamd.hang();
        try {
            for (int i = 0; i < 6; i++) {
                assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.NO_VERDICT);
            }
            assertThat(rig.unwell()).contains("no answer in time");
        } finally {
            clamd.goOn();
        }
        awaitWell();

        clamd.kill();
        assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.NO_VERDICT);
        clamd.restart();
        awaitWell();
        assertThat(rig.request(Uploads.PLAIN, Eicar.bytes()).status()).isEqualTo(403);
    }

    private void awaitWell() {
        Await.until("it scans", () -> rig.request(Uploads.PLAIN, HARMLESS).status() == ScanRig.PASSES);
    }

    @Test
    void underLoadNoVerdictIsEverAnothersWhateverBecomesOfTheScanner() {
        scan("timeout_ms: 500, max_connections: 8");
        ScanLoad load = new ScanLoad(rig, 16);
        load.awaitVerdicts(200);

        clamd.hang();
        load.awaitWithout(20);
        clamd.goOn();
        load.awaitVerdicts(200);
        clamd.kill();
        load.awaitWithout(20);
        clamd.restart();
        load.awaitVerdicts(200);

        assertThat(load.end()).as("wrong verdicts").isZero();
    }
}
