/**
 * Models of other tools in ONNX form: checked before the runtime sees them, bound to a task by
 * name. Begin with {@link dev.endolith.onnx.OnnxModel}. Needs {@code
 * com.microsoft.onnxruntime:onnxruntime}.
 */
@NullMarked
package dev.endolith.onnx;

import org.jspecify.annotations.NullMarked;
