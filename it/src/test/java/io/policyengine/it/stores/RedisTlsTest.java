package io.policyengine.it.stores;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.policy.Store;
import io.policyengine.core.store.StoreException.Kind;
import io.policyengine.testkit.redis.RedisServer;
import io.policyengine.testkit.time.Await;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that takes TLS alone, with clients' certificates, and one user. */
class RedisTlsTest {
    /** Of a server with the names localhost and auth.example. */
    private static final Path FILES =
            Path.of("../worker-verticle/src/test/resources/tls").toAbsolutePath();

    private static final String FULL = "ca_file: authority.pem, cert_file: client.pem, key_file: client-key.pem";

    private final RedisServer server = RedisServer.start(
                    "--tls-cert-file", file("server.pem"),
                    "--tls-key-file", file("server-key.pem"),
                    "--tls-ca-cert-file", file("authority.pem"),
                    "--tls-port", "0",
                    "--requirepass", "admin's")
            .withCli(
                    "--tls",
                    "--cacert",
                    file("authority.pem"),
                    "--cert",
                    file("client.pem"),
                    "--key",
                    file("client-key.pem"),
                    "--no-auth-warning",
                    "-a",
                    "admin's");

    private static String file(String name) {
        return FILES.resolve(name).toString();
    }

    @AfterEach
    void close() {
        server.close();
    }

    private @Nullable Kind failure(String user, String password, String tls) {
        server.run("ACL", "SETUSER", "engine", "on", ">secret", "~policy-engine:*", "+@all");
        server.run("ACL", "SETUSER", "reader", "on", ">secret", "~policy-engine:*", "+@read");
        String settings = "{ url: 'rediss://localhost:" + server.port() + "', timeout_ms: 2000, username: " + user
                + ", password: " + password + ", tls: { " + tls + " } }";
        try (StoreRig rig = new StoreRig(settings, FILES)) {
            Store store = rig.store("tests");
            // The first handshakes of a JVM may take longer than an operation may.
            Await.until("a connection is had, or refused", () -> rig.failure(store, Add.one("a")) != Kind.TIMEOUT);
            return rig.failure(store, Add.one("a"));
        }
    }

    @Test
    void servesAUserWithAPassword() {
        assertThat(failure("engine", "secret", FULL)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"engine, wrong", "nobody, secret", "reader, secret"})
    void refusesOthers(String user, String password) {
        assertThat(failure(user, password, FULL)).isEqualTo(Kind.REFUSED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "ca_file: other-authority.pem, cert_file: client.pem, key_file: client-key.pem",
                "cert_file: client.pem, key_file: client-key.pem",
                "ca_file: authority.pem",
                "ca_file: authority.pem, cert_file: client.pem, key_file: client-key.pem, server_name: other.example"
            })
    void trustsNoOtherServerAndIsTrustedByItsCertificateAlone(String tls) {
        assertThat(failure("engine", "secret", tls)).isEqualTo(Kind.UNREACHABLE);
    }

    @Test
    void aServerMayHaveTheNameThatItIsAskedFor() {
        assertThat(failure("engine", "secret", FULL + ", server_name: auth.example"))
                .isNull();
    }
}
