/** Writes and checks the chain of an audit trail, in which each line contains the digest of the previous one. */
@Api
@NullMarked
package io.policyengine.core.sink.chain;

import io.policyengine.core.stability.Api;
import org.jspecify.annotations.NullMarked;
