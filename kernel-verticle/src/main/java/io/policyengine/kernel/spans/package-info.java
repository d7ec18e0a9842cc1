/** The spans of exchanges, made of their records when they are over, and sent. */
@NullMarked
package io.policyengine.kernel.spans;

import org.jspecify.annotations.NullMarked;
