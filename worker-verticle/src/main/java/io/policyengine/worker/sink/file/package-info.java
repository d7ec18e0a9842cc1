/** Files that a sink's thread alone writes: the log with its older ones, its end, its head of a chain, and the spool. */
@NullMarked
package io.policyengine.worker.sink.file;

import org.jspecify.annotations.NullMarked;
