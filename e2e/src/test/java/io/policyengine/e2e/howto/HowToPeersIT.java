package io.policyengine.e2e.howto;

import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.OsProcess;
import io.policyengine.e2e.harness.Web;
import io.policyengine.testkit.net.FreePort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page about authorization services, with the Open Policy Agent itself and the page's own policy for it. */
@Tag("peers")
class HowToPeersIT {
    private static final String PAGE = "docs/how-to/ask-an-authorization-service.md";
    private static final String PROGRAM = "OPA_BIN";

    @TempDir
    private Path folder;

    @Test
    void openPolicyAgentDecidesAsThePageSays() throws IOException {
        HowToPage page = HowToPage.all().stream()
                .filter(each -> each.name().equals(PAGE))
                .findFirst()
                .orElseThrow();
        Path policy = Files.writeString(
                folder.resolve("authz.rego"),
                Objects.requireNonNull(page.files().get("authz.rego")));
        int port = FreePort.next();
        String program = Objects.requireNonNull(
                System.getenv(PROGRAM), PROGRAM + " is not set; `scripts/peer opa` prints what to set it to.");
        List<String> command = List.of(
                program, "run", "--server", "--addr=127.0.0.1:" + port, "--disable-telemetry", policy.toString());

        try (OsProcess opa = OsProcess.start("opa", command, Map.of())) {
            Eventually.isTrue("the Open Policy Agent answers", () -> {
                opa.requireAlive();
                return Web.get(port, "/health").status() == 200;
            });

            try (HowToStack stack = HowToStack.embedded(List.of(page), "http://127.0.0.1:" + port)) {
                stack.assertDoesWhatItSays(page);
            }
        }
    }
}
