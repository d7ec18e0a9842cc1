package io.policyengine.worker.callout;

import static io.policyengine.worker.callout.CalloutRig.get;
import static io.policyengine.worker.callout.CalloutRig.requireFailure;
import static io.policyengine.worker.callout.CalloutRig.resource;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.policy.Target;
import io.policyengine.testkit.time.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsTest {
    private final CalloutRig rig = new CalloutRig();

    @AfterEach
    void stop() {
        rig.close();
    }

    @Test
    void trustsTheAuthorityThatItIsGiven() {
        String url = server(ClientAuth.NONE);

        assertThat(ask(url, "ca_file: authority.pem")).isEqualTo("ok");
    }

    @Test
    void trustsNoOther() {
        String url = server(ClientAuth.NONE);

        requireFailure(rig.send(target(url, "ca_file: other-authority.pem"), get("/")), Kind.UNREACHABLE);
        requireFailure(rig.send(target(url, ""), get("/")), Kind.UNREACHABLE);
    }

    @Test
    void aCertificateOfAnotherHostIsRefused() {
        String url = server(ClientAuth.NONE).replace("localhost", "127.0.0.1");

        requireFailure(rig.send(target(url, "ca_file: authority.pem"), get("/")), Kind.UNREACHABLE);
        requireFailure(
                rig.send(target(url, "ca_file: authority.pem, server_name: other.example"), get("/")),
                Kind.UNREACHABLE);
    }

    @Test
    void aServerMayHaveTheNameThatItIsAskedFor() {
        String url = server(ClientAuth.NONE).replace("localhost", "127.0.0.1");

        assertThat(ask(url, "ca_file: authority.pem, server_name: auth.example"))
                .isEqualTo("ok");
    }

    @Test
    void showsTheCertificateThatItIsGiven() {
        String url = server(ClientAuth.REQUIRED);

        requireFailure(rig.send(target(url, "ca_file: authority.pem"), get("/")), Kind.UNREACHABLE);
        assertThat(ask(url, "ca_file: authority.pem, cert_file: client.pem, key_file: client-key.pem"))
                .isEqualTo("ok");
    }

    @Test
    void takesNewFilesWithoutARestart() {
        String url = server(ClientAuth.NONE);
        rig.files.put("changing.pem", resource("other-authority.pem"));
        Target target = target(url, "ca_file: changing.pem");
        requireFailure(rig.send(target, get("/")), Kind.UNREACHABLE);

        rig.files.put("changing.pem", resource("authority.pem"));

        Await.untilAsserted(() -> {
            var sent = rig.send(target, get("/"));
            Await.until(sent::isComplete);
            assertThat(sent.succeeded()).isTrue();
        });
    }

    @Test
    void refusesAFileThatHoldsNothingOfTheKind() {
        rig.files.put("empty.pem", "");
        rig.files.put("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");

        for (String file : new String[] {"empty.pem", "broken.pem"}) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> target("https://localhost:1", "ca_file: " + file))
                    .withMessageContaining("certificate");
        }
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> target("https://localhost:1", "cert_file: client.pem, key_file: empty.pem"))
                .withMessageContaining("key");
    }

    private String ask(String url, String tls) {
        return Await.result(rig.send(target(url, tls), get("/"))).body().toString();
    }

    private Target target(String url, String tls) {
        return rig.with(
                        "tls",
                        "{ url: '" + url + "', timeout_ms: 30000, tls: { " + tls + " }, breaker: { failures: 1000 } }")
                .target("tls");
    }

    private String server(ClientAuth clients) {
        return rig.http(
                new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .setCertValue(Buffer.buffer(resource("server.pem")))
                                .setKeyValue(Buffer.buffer(resource("server-key.pem"))))
                        .setClientAuth(clients)
                        .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(resource("authority.pem")))),
                request -> request.response().end("ok"));
    }
}
