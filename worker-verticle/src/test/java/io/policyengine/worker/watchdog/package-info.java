@NullMarked
package io.policyengine.worker.watchdog;

import org.jspecify.annotations.NullMarked;
