package io.policyengine.core.dump;

import java.io.IOException;

/** The refusal to write a file because the disk has too little room. An expected failure. */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1L;

    DiskFullException(long needed, long usable) {
        super("the state directory needs " + (needed >> 20) + " MiB of free room, and has " + (usable >> 20) + " MiB");
    }
}
