package io.policyengine.app.start;

/** The main class, compiled for Java 9 so that an older JVM can report the version that is required. */
public final class Start {
    private static final int NEEDED = 25;
    private static final int USAGE = 2;

    private Start() {}

    /**
     * Invokes the command line.
     *
     * @throws Exception if the command line cannot be loaded because the jar is broken
     */
    public static void main(String[] arguments) throws Exception {
        int version = feature(System.getProperty("java.specification.version", "0"));
        if (version < NEEDED) {
            System.err.println("policy-engine needs Java " + NEEDED + " or newer, and this is Java " + version + " ("
                    + System.getProperty("java.home") + "): set JAVA_HOME to a newer one, or start ./policy-engine,"
                    + " which finds it.");
            System.exit(USAGE);
        }
        Class.forName("io.policyengine.app.Main")
                .getMethod("main", String[].class)
                .invoke(null, (Object) arguments);
    }

    /** Returns the feature number of a Java version: 17 for {@code 17}, 8 for {@code 1.8}. */
    static int feature(String specification) {
        String shortened = specification.startsWith("1.") ? specification.substring(2) : specification;
        try {
            return Integer.parseInt(shortened);
        } catch (NumberFormatException unknown) {
            return 0;
        }
    }
}
