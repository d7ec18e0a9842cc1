/**
 * The changes that a policy may request: one sealed family per phase and one for trailers, so that the compiler rejects
 * a change in the wrong place. Over twenty types, since each change is a record.
 */
@Api
@NullMarked
package io.policyengine.core.instruction;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
