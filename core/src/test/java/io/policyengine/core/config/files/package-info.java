@NullMarked
package io.policyengine.core.config.files;

import org.jspecify.annotations.NullMarked;
