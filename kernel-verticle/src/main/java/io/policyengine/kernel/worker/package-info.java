/** A worker as plans know it: how it is called, and which of its replicas can be called now. */
@NullMarked
package io.policyengine.kernel.worker;

import org.jspecify.annotations.NullMarked;
