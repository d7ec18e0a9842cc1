/**
 * The ext_proc server and its exchanges: how one begins, is admitted, goes on in two directions, and ends. Over twenty types, since
 * each is about exchanges and none is about one of them alone: what all share, what the first message decides, and the verdict.
 */
@NullMarked
package io.policyengine.kernel.extproc;

import org.jspecify.annotations.NullMarked;
