package io.policyengine.e2e.harness;

import io.policyengine.testkit.envoy.EnvoySim;
import io.policyengine.testkit.envoy.SimRequest;
import io.policyengine.testkit.envoy.SimResult;
import io.policyengine.testkit.envoy.Upstream;
import io.policyengine.testkit.envoy.model.FilterConfig;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The jar's classes as a JVM has them when it has loaded and linked them (JEP 514), made once for each jar and Java, by an engine that
 * serves: one that starts with it is ready with half the work. The tests start more than a hundred JVMs.
 */
final class ClassCache {
    private static final long SECONDS = 300;
    private static final int EXCHANGES = 50;
    private static final Path TARGET = Installation.home().resolve("e2e/target");
    private static final Path FILE = made(TARGET.resolve("policy-engine-" + Runtime.version() + ".aot"));

    private ClassCache() {}

    /** The JVM's option that uses it. */
    static String option() {
        return "-XX:AOTCache=" + FILE;
    }

    /** Others that run tests may want it at the same time. */
    private static Path made(Path file) {
        try (FileChannel lock = FileChannel.open(
                        TARGET.resolve("aot.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                var _ = lock.lock()) {
            if (Files.notExists(file)
                    || Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(Installation.jar())) < 0) {
                Path made = TARGET.resolve("new.aot");
                make(made);
                Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An engine writes it when it ends. */
    private static void make(Path file) {
        try (TestConf conf = TestConf.ofTests();
                EngineProcess engine = EngineProcess.plain(conf, Installation.SOON, "-XX:AOTCacheOutput=" + file)) {
            engine.awaitReady();
            exchangeWith(engine.port());
            engine.process().terminate();
            if (engine.process().exitCodeWithin(SECONDS) != 0 || Files.notExists(file)) {
                throw new AssertionError(
                        "there is no " + file + ":\n" + engine.process().output());
            }
        }
    }

    private static void exchangeWith(int port) {
        Vertx vertx = Vertx.vertx();
        try (EnvoySim envoy = EnvoySim.builder(vertx)
                .target(SocketAddress.inetSocketAddress(port, "127.0.0.1"))
                .filter(FilterConfig.builder().routeName("/both").build())
                .build()) {
            for (int i = 0; i < EXCHANGES; i++) {
                SimResult result = Load.await(envoy.exchange(SimRequest.get("/both"), Upstream.replying(200)));
                if (result.status() != 200) {
                    throw new AssertionError(result);
                }
            }
        } finally {
            Load.await(vertx.close());
        }
    }
}
