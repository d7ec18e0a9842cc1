/** Messages of Protocol Buffers as they come from others: what is made of them is bounded before it is made. */
@NullMarked
package io.policyengine.wire;

import org.jspecify.annotations.NullMarked;
