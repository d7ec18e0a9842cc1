package io.policyengine.it.scanners;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.scanners.ScanRig.Fate;
import io.policyengine.it.scanners.Uploads.Upload;
import io.policyengine.testkit.scanner.ClamdServer;
import io.policyengine.testkit.scanner.Eicar;
import io.policyengine.testkit.scanner.ScannerProcess;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("nightly")
class ClamdTest extends AnyScanner {
    private ClamdServer clamd;

    @BeforeAll
    void start() {
        clamd = ClamdServer.start();
    }

    @AfterAll
    void stop() {
        clamd.close();
    }

    @Override
    ScannerProcess scanner() {
        return clamd;
    }

    @Override
    String address() {
        return "scanner: clamd, address: '" + clamd.address() + "'";
    }

    @Override
    Map<String, Upload> formsToCut() {
        return Uploads.of(Eicar.bytes());
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
    void findsAFileInTheBase64OfJson() {
        scan("mode: whole, json_base64: true");
        String json = "{\"file\": \"" + Base64.getEncoder().encodeToString(Uploads.zip(Eicar.bytes())) + "\"}";

        assertThat(rig.request(Uploads.JSON, Uploads.text(json)).status()).isEqualTo(403);
    }
}
