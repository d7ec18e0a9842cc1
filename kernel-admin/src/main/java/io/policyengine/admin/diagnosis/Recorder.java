package io.policyengine.admin.diagnosis;

import io.policyengine.core.dump.DumpFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** A running recording of the Java Flight Recorder, with the settings {@code profile}. */
public final class Recorder implements AutoCloseable {
    /** The ending of the file's name. */
    private static final String ENDING = "profile.jfr";

    private static final String SETTINGS = "profile";
    /** The time after which the JVM stops a recording that nobody has stopped, beyond its duration. */
    private static final Duration GRACE = Duration.ofSeconds(30);

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
     * @throws NoRoomException if the disk might become full
     * @throws IOException if the recorder cannot be started
     */
    public static Recorder startBlocking(DumpFolder folder, Duration duration, long maxBytes) throws IOException {
        // The data is on disk twice while the file is made.
        HeapDump.requireRoomBlocking(folder, 2 * maxBytes);
        Files.deleteIfExists(file(folder));
        try {
            Recording recording = new Recording(Configuration.getConfiguration(SETTINGS));
            recording.setMaxSize(maxBytes);
            recording.setDuration(duration.plus(GRACE));
            recording.start();
            return new Recorder(recording, folder);
        } catch (ParseException | IllegalStateException unusable) {
            throw new IOException("the flight recorder does not start: " + unusable.getMessage(), unusable);
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
