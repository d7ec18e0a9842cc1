@NullMarked
package io.policyengine.app.log;

import org.jspecify.annotations.NullMarked;
