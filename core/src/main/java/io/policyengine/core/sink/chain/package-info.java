/** The chain of an audit trail, in which each line carries the digest of the previous one: writing and checking. */
@Api
@NullMarked
package io.policyengine.core.sink.chain;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
