package io.policyengine.it.engine;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.policyengine.worker.LocalWorker;
import io.policyengine.worker.PolicyRegistry;
import io.policyengine.worker.WorkerOptions;
import io.policyengine.worker.server.WorkerServer;
import io.policyengine.worker.server.WorkerSocket;
import io.vertx.core.Vertx;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A worker with the test policies in a process of its own, to be killed. */
public final class TestWorkerProcess {
    private static final String READY = "ready";

    private TestWorkerProcess() {}

    /** Listens on the socket that is named by the only argument. */
    public static void main(String[] args) {
        Vertx vertx = Vertx.vertx();
        LocalWorker worker = new LocalWorker(
                vertx,
                WorkerOptions.defaults("tests", "0.0.1", Path.of("/")),
                PolicyRegistry.of(TestPolicies.all()),
                new SimpleMeterRegistry());
        new WorkerServer(vertx, worker, WorkerSocket.ownersOnly(args[0]), 1, new SimpleMeterRegistry())
                .start()
                .onComplete((_, failure) -> {
                    System.out.println(failure == null ? READY : failure.toString());
                    if (failure != null) {
                        System.exit(1);
                    }
                });
    }

    /** Starts such a process and waits until it listens. */
    public static Process start(String socket) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(List.of(
                        java,
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TestWorkerProcess.class.getName(),
                        socket))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        // What logs may have something to say first.
        List<String> said = new ArrayList<>();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.equals(READY)) {
                return process;
            }
            said.add(line);
        }
        process.destroyForcibly();
        throw new IOException("the worker did not start: " + said);
    }
}
