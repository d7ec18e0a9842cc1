package io.policyengine.admin.diagnosis;

import io.policyengine.core.dump.DiskFullException;
import io.policyengine.core.dump.DumpFolder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import javax.management.JMException;
import javax.management.ObjectName;
import jdk.jfr.Configuration;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * A running recording of the Java Flight Recorder, with the settings {@code profile}. It excludes environment
 * variables, system properties and command lines, because these may contain credentials.
 */
public final class Recorder implements AutoCloseable {
    /** The ending of the recording file's name. */
    private static final String ENDING = "profile.jfr";

    private static final String SETTINGS = "profile";
    /**
     * The time beyond the recording's duration after which the JVM itself stops a recording that nobody has stopped.
     */
    private static final Duration GRACE = Duration.ofSeconds(30);

    /** The events that contain environment variables, system properties, or the arguments of processes. */
    private static final List<String> EXCLUDED = List.of(
            "jdk.InitialEnvironmentVariable",
            "jdk.InitialSystemProperty",
            "jdk.JVMInformation",
            "jdk.SystemProcess",
            "jdk.ProcessStart");

    private final Recording recording;
    private final DumpFolder folder;

    private Recorder(Recording recording, DumpFolder folder) {
        this.recording = recording;
        this.folder = folder;
    }

    /** Returns the path of the finished recording. */
    public static Path file(DumpFolder folder) {
        return folder.file(ENDING);
    }

    /**
     * Starts a recording, and removes the previous one.
     *
     * @param maxBytes maximum size; the JVM drops the oldest data beyond it
     * @throws DiskFullException if the disk might become full
     * @throws IOException if the recorder cannot be started
     */
    public static Recorder startBlocking(DumpFolder folder, Duration duration, long maxBytes) throws IOException {
        if (FlightRecorder.isInitialized()
                && FlightRecorder.getFlightRecorder().getRecordings().stream()
                        .anyMatch(other -> other.getState() == RecordingState.RUNNING)) {
            throw new IOException("another flight recording is running, and its events would also be in the file");
        }
        // The data is on disk twice while the file is made.
        folder.requireRoomBlocking(2 * maxBytes);
        useRepositoryBlocking(folder.unfinished("jfr"));
        Recording recording = newRecording();
        try {
            EXCLUDED.forEach(recording::disable);
            recording.setMaxSize(maxBytes);
            recording.setDuration(duration.plus(GRACE));
            recording.start();
            Files.deleteIfExists(file(folder));
            return new Recorder(recording, folder);
        } catch (IllegalStateException | IOException unusable) {
            recording.close();
            throw new IOException("the flight recorder does not start: " + unusable.getMessage(), unusable);
        }
    }

    private static Recording newRecording() throws IOException {
        try {
            return new Recording(Configuration.getConfiguration(SETTINGS));
        } catch (ParseException | IllegalStateException unusable) {
            throw new IOException("the flight recorder does not start: " + unusable.getMessage(), unusable);
        }
    }

    /** Sets the folder of the recorder's own files. By default, it is the system's temporary folder. */
    private static void useRepositoryBlocking(Path repository) throws IOException {
        if (repository.toString().chars().anyMatch(c -> c == '"' || c < ' ')) {
            throw new IOException(
                    "the flight recorder does not accept the name of the state directory: it has a quote or a"
                            + " control character");
        }
        try {
            ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "jfrConfigure",
                            new Object[] {new String[] {"repositorypath=\"" + repository + '"'}},
                            new String[] {String[].class.getName()});
        } catch (JMException refused) {
            throw new IOException("the flight recorder cannot use " + repository, refused);
        }
    }

    /**
     * Stops the recording, and writes its file.
     *
     * @return the size of the file in bytes
     * @throws IOException if the file cannot be written
     */
    public long finishBlocking() throws IOException {
        Path unfinished = folder.unfinished(ENDING);
        try (recording) {
            recording.stop();
            recording.dump(unfinished);
            Files.setPosixFilePermissions(unfinished, PosixFilePermissions.fromString("rw-------"));
            Files.move(unfinished, file(folder), StandardCopyOption.ATOMIC_MOVE);
            return Files.size(file(folder));
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    /** Stops the recording and drops its data. */
    @Override
    public void close() {
        recording.close();
    }
}
