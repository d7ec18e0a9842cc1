package io.policyengine.e2e.harness;

import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import java.nio.file.Path;
import java.util.stream.Stream;

/** An engine behind an Envoy in front of an upstream. */
public final class Stack implements AutoCloseable {
    private static final int WARM_UP = 40;

    private final TestConf conf;
    private final Engine engine;
    private final Upstream upstream;
    private final EnvoyProcess envoy;

    /** How many processes the engine is. */
    public enum Shape {
        /** One. */
        EMBEDDED,
        /** A kernel and a worker. */
        TWO_PROCESSES;

        /** Each shape if the run has both Envoys, and this one alone otherwise. */
        public Stream<Shape> orEach() {
            return EnvoyVersion.repeated().size() > 1 ? Stream.of(values()) : Stream.of(this);
        }
    }

    /** An Envoy and a shape of the engine. */
    public record Setup(EnvoyVersion envoy, Shape shape) {
        /** A shape behind the newest Envoy, and all shapes behind each if the run has both. */
        public static Stream<Setup> allOr(Shape newest) {
            return EnvoyVersion.repeated().stream()
                    .flatMap(envoy -> newest.orEach().map(shape -> new Setup(envoy, shape)));
        }

        /** Each Envoy in every run, one shape behind each: all of them where the run has both Envoys. */
        public static Stream<Setup> ofBothEnvoys() {
            return EnvoyVersion.repeated().size() > 1
                    ? allOr(Shape.EMBEDDED)
                    : Stream.of(
                            new Setup(EnvoyVersion.V1_36, Shape.EMBEDDED),
                            new Setup(EnvoyVersion.V1_40, Shape.TWO_PROCESSES));
        }

        /** Returns a shape behind the newest Envoy, and the other shape behind the other Envoy if the run has both. */
        public static Stream<Setup> alternating(Shape newest, Shape other) {
            return EnvoyVersion.repeated().stream()
                    .map(envoy -> new Setup(envoy, envoy == EnvoyVersion.V1_40 ? newest : other));
        }

        @Override
        public String toString() {
            return envoy + ", " + shape;
        }
    }

    private Stack(Setup setup, TestConf conf, Path envoysConf) {
        this.conf = conf;
        this.engine = Engine.start(setup.shape(), conf);
        this.upstream = Upstream.start();
        this.envoy = startEnvoy(setup.envoy(), envoysConf);
    }

    /** An Envoy that does not start leaves nothing running. */
    private EnvoyProcess startEnvoy(EnvoyVersion version, Path envoysConf) {
        try {
            return EnvoyProcess.start(version, envoysConf, kernel().port(), upstream.port());
        } catch (RuntimeException | Error failure) {
            engine.close();
            upstream.close();
            throw failure;
        }
    }

    /** Starts everything with this configuration and waits until it is ready and warm. */
    public static Stack start(Setup setup, TestConf conf) {
        return start(setup, conf, conf.directory());
    }

    /**
     * The same, behind an Envoy that has the routes of another conf directory: of those among ten thousand, say, to which requests come.
     */
    public static Stack start(Setup setup, TestConf conf, Path envoysConf) {
        Stack stack = new Stack(setup, conf, envoysConf);
        try (Load load = new Load(stack.envoy.port())) {
            // What a JVM does for the first time takes long, and is not what the tests are about.
            Load.await(load.send("/both", WARM_UP, 4));
        } catch (RuntimeException | Error failure) {
            stack.close();
            throw failure;
        }
        return stack;
    }

    /** The configuration. */
    public TestConf conf() {
        return conf;
    }

    /** The kernel's process, which is the worker's too where that is embedded. */
    public EngineProcess kernel() {
        return engine.kernel();
    }

    /** The worker's process, where it has one. */
    public EngineProcess worker() {
        return engine.worker();
    }

    /** The process that runs the policies. */
    public EngineProcess policies() {
        return engine.policies();
    }

    /** The upstream. */
    public Upstream upstream() {
        return upstream;
    }

    /** Envoy. */
    public EnvoyProcess envoy() {
        return envoy;
    }

    /** A request through Envoy. */
    public Web.Answer get(String path, String... headers) {
        return Web.get(envoy.port(), path, headers);
    }

    @Override
    public void close() {
        envoy.close();
        engine.close();
        upstream.close();
        conf.close();
    }
}
