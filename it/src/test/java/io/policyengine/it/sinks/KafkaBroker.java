package io.policyengine.it.sinks;

import io.policyengine.testkit.net.FreePort;
import io.policyengine.testkit.time.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A broker of Apache Kafka in KRaft mode, in a process of its own, which may be stopped for a while. It has two doors: one for all, and one for
 * users, who come by TLS with a certificate, and with a password by PLAIN or SCRAM.
 */
final class KafkaBroker implements AutoCloseable {
    private final Path directory;
    /** Of a server with the name localhost, and of a client. */
    static final Path CERTIFICATES =
            Path.of("../worker-verticle/src/test/resources/tls").toAbsolutePath();

    private static final String LOGINS = "org.apache.kafka.common.security";

    static final String USER = "engine";
    static final String PASSWORD = "hush";

    private final int port = FreePort.next();
    private final int securePort = FreePort.next();
    private final Path settings;
    private final Process process;

    /** Starts one, with what is in the directory; returns when it takes connections. */
    KafkaBroker(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.settings = Files.writeString(directory.resolve("server.properties"), settings(FreePort.next()));
        Files.writeString(
                directory.resolve("key-and-certificate.pem"),
                Files.readString(CERTIFICATES.resolve("server-key.pem"))
                        + Files.readString(CERTIFICATES.resolve("server.pem")));
        String secret = "=[name=" + USER + ",password=" + PASSWORD + "]";
        run(
                        "kafka.tools.StorageTool",
                        "format",
                        "-t",
                        "AAAAAAAAAAAAAAAAAAAAAA",
                        "-c",
                        settings.toString(),
                        "--add-scram",
                        "SCRAM-SHA-256" + secret,
                        "--add-scram",
                        "SCRAM-SHA-512" + secret)
                .waitFor();
        this.process = run("kafka.Kafka", settings.toString());
        Await.until("the broker listens; see " + directory.resolve("out"), () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return true;
            } catch (IOException notYet) {
                return !process.isAlive();
            }
        });
        if (!process.isAlive()) {
            throw new IOException("the broker did not start: " + Files.readString(directory.resolve("out")));
        }
    }

    private String settings(int controller) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%d
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d,SECURE://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%d,SECURE://localhost:%d
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL
                sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512
                listener.name.secure.ssl.client.auth=required
                listener.name.secure.ssl.keystore.type=PEM
                listener.name.secure.ssl.keystore.location=%s/key-and-certificate.pem
                listener.name.secure.ssl.truststore.type=PEM
                listener.name.secure.ssl.truststore.location=%s/authority.pem
                listener.name.secure.plain.sasl.jaas.config=%s.plain.PlainLoginModule required user_%s="%s";
                listener.name.secure.scram-sha-256.sasl.jaas.config=%s.scram.ScramLoginModule required;
                listener.name.secure.scram-sha-512.sasl.jaas.config=%s.scram.ScramLoginModule required;
                log.dirs=%s
                offsets.topic.replication.factor=1
                num.partitions=1
                auto.create.topics.enable=true
                """.formatted(
                        controller,
                        port,
                        controller,
                        securePort,
                        port,
                        securePort,
                        directory,
                        CERTIFICATES,
                        LOGINS,
                        USER,
                        PASSWORD,
                        LOGINS,
                        LOGINS,
                        directory.resolve("data"));
    }

    private Process run(String main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("out").toFile()))
                .start();
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    /** The door for users. */
    String secureAddress() {
        return "localhost:" + securePort;
    }

    /** SIGSTOP or SIGCONT, as a broker that hangs. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        Await.until(() -> !process.isAlive());
    }
}
