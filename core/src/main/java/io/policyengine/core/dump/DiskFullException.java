package io.policyengine.core.dump;

import java.io.IOException;

/** Thrown when a file is not written because the disk has too little free space. An expected failure. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1L;

    DiskFullException(long needed, long usable) {
        super("the state directory needs " + (needed >> 20) + " MiB of free space, but has only " + (usable >> 20)
                + " MiB");
    }
}
