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

/** A broker of Apache Kafka in KRaft mode, in a process of its own, which may be killed and started again. */
final class KafkaBroker implements AutoCloseable {
    private final Path directory;
    private final int port = FreePort.next();
    private final Path settings;
    private final Process process;

    /** Starts one, with what is in the directory; returns when it takes connections. */
    KafkaBroker(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
        this.settings = Files.writeString(directory.resolve("server.properties"), settings(FreePort.next()));
        run("kafka.tools.StorageTool", "format", "-t", "AAAAAAAAAAAAAAAAAAAAAA", "-c", settings.toString())
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
    }

    private String settings(int controller) {
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%d
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%d
                controller.listener.names=CONTROLLER
                log.dirs=%s
                offsets.topic.replication.factor=1
                num.partitions=1
                auto.create.topics.enable=true
                """.formatted(controller, port, controller, port, directory.resolve("data"));
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
