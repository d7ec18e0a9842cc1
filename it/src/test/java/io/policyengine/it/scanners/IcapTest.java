package io.policyengine.it.scanners;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.scanners.ScanRig.Fate;
import io.policyengine.it.scanners.Uploads.Upload;
import io.policyengine.testkit.scanner.CIcapServer;
import io.policyengine.testkit.scanner.ClamdServer;
import io.policyengine.testkit.scanner.Eicar;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** c-icap, whose service asks clamd. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IcapTest {
    private static final byte[] HARMLESS = Uploads.text("harmless");

    private ClamdServer clamd;
    private CIcapServer icap;

    @SuppressWarnings("NullAway.Init") // by each test
    private ScanRig rig;

    @BeforeAll
    void start() {
        clamd = ClamdServer.start();
        icap = CIcapServer.start(clamd);
    }

    @AfterAll
    void stop() {
        icap.close();
        clamd.close();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void scan(String service, String more) {
        rig = new ScanRig(
                "{ scanner: icap, address: '" + icap.address() + "', service: " + service + ", " + more + " }");
    }

    @Test
    void findsAFileInWhateverItIsSent() {
        scan("avscan", "mode: whole");
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
        scan("avscan", "mode: whole");
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
    void judgesShortAndLongBodiesByAPreviewAndTheRest() {
        scan("avscan", "mode: stream");
        for (int length : List.of(1, 1_023, 1_024, 1_025, 65_535, 65_536, 65_537, 2 << 20)) {
            byte[] clean = Uploads.noise(length);
            byte[] infected = Uploads.join(clean, Uploads.text(ClamdServer.ANYWHERE));

            assertThat(rig.chunks(Uploads.PLAIN, Uploads.cut(clean, 10_000)))
                    .as("clean, %s bytes", length)
                    .isEqualTo(new Fate(ScanRig.PASSES, Buffer.buffer(clean)));
            assertThat(rig.chunks(Uploads.PLAIN, Uploads.cut(infected, 10_000)).status())
                    .as("infected, %s bytes", length)
                    .isEqualTo(403);
        }
    }

    @Test
    void findsItWhereverTheBodyIsCut() {
        scan("avscan", "mode: stream");
        Upload infected = Uploads.inBase64(Eicar.bytes());
        byte[] body = infected.body();
        for (int at = 0; at <= body.length; at++) {
            Fate fate = rig.chunks(
                    infected.headers(), List.of(Uploads.slice(body, 0, at), Uploads.slice(body, at, body.length)));

            assertThat(fate).as("cut at %s", at).isEqualTo(new Fate(403, Buffer.buffer()));
        }
    }

    @Test
    void aServiceThatIsNotThereIsNamed() {
        scan("elsewhere", "mode: whole");
        for (int i = 0; i < 5; i++) {
            assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.NO_VERDICT);
        }

        assertThat(rig.unwell()).contains("`service` is not the name of one of its services");
    }

    @Test
    void withoutTheServerNothingPassesAndWithItAllIsAsBefore() {
        scan("avscan", "timeout_ms: 500");
        awaitWell();

        icap.hang();
        try {
            assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.NO_VERDICT);
        } finally {
            icap.goOn();
        }
        awaitWell();
        icap.kill();
        assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.NO_VERDICT);
        icap.restart();
        awaitWell();

        assertThat(rig.request(Uploads.PLAIN, Eicar.bytes()).status()).isEqualTo(403);
    }

    private void awaitWell() {
        Await.until("it scans", () -> rig.request(Uploads.PLAIN, HARMLESS).status() == ScanRig.PASSES);
    }
}
