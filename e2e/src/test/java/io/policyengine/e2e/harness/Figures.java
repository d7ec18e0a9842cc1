package io.policyengine.e2e.harness;

/**
 * Measurements that a test prints beside what it asserts. With {@code -Dpolicyengine.figures=true} the engine runs as it is shipped and is warm
 * before anything is measured; otherwise the test does each thing often enough for what it asserts, and prints nothing.
 */
public final class Figures {
    private static final boolean WANTED = Boolean.getBoolean("policyengine.figures");

    private Figures() {}

    /** True if they are to be printed. */
    public static boolean wanted() {
        return WANTED;
    }

    /** A number of times: where figures are printed, or else. */
    public static int times(int forFigures, int otherwise) {
        return WANTED ? forFigures : otherwise;
    }

    /** This configuration, whose JVMs compile as they do where they are shipped to if figures are printed. */
    public static TestConf of(TestConf conf) {
        return WANTED ? conf.underLoad() : conf;
    }
}
