@NullMarked
package io.policyengine.worker.remote;

import org.jspecify.annotations.NullMarked;
