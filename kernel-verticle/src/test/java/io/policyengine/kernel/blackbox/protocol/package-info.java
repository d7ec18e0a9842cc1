/** The ext_proc protocol: the conformance suite, raw frames, random conversations and octets. */
@NullMarked
package io.policyengine.kernel.blackbox.protocol;

import org.jspecify.annotations.NullMarked;
