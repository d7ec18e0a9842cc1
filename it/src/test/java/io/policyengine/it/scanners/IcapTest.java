package io.policyengine.it.scanners;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.it.scanners.ScanRig.Fate;
import io.policyengine.it.scanners.Uploads.Upload;
import io.policyengine.testkit.scanner.CIcapServer;
import io.policyengine.testkit.scanner.ClamdServer;
import io.policyengine.testkit.scanner.Eicar;
import io.policyengine.testkit.scanner.ScannerProcess;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** c-icap, whose service asks clamd. */
@Tag("nightly")
class IcapTest extends AnyScanner {
    private ClamdServer clamd;
    private CIcapServer icap;

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

    @Override
    ScannerProcess scanner() {
        return icap;
    }

    @Override
    String address() {
        return addressOf("avscan");
    }

    private String addressOf(String service) {
        return "scanner: icap, address: '" + icap.address() + "', service: " + service;
    }

    @Override
    Map<String, Upload> formsToCut() {
        return Map.of("in base64", Uploads.inBase64(Eicar.bytes()));
    }

    @Test
    void judgesShortAndLongBodiesByAPreviewAndTheRest() {
        scan("mode: stream");
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
    void aServiceThatIsNotThereIsNamed() {
        rig = new ScanRig("{ " + addressOf("elsewhere") + ", mode: whole }");
        for (int i = 0; i < 5; i++) {
            assertThat(rig.request(Uploads.PLAIN, HARMLESS).status()).isEqualTo(ScanRig.NO_VERDICT);
        }

        assertThat(rig.unwell()).contains("`service` is not the name of one of its services");
    }

    /** The server answers then, but nobody has looked at the file. */
    @Test
    void underLoadNothingPassesWhileTheServersOwnScannerIsNotThere() {
        underLoad(clamd);
    }
}
