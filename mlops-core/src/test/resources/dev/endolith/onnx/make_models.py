# models trained by scikit-learn, written with the onnx package in the operators that sklearn's converter uses
import numpy as np, json
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, LinearRegression
from sklearn.ensemble import RandomForestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.datasets import load_iris, load_diabetes
import onnx
from onnx import helper as h, TensorProto as T
OUT='./'
ops=[h.make_opsetid('',15),h.make_opsetid('ai.onnx.ml',1)]
def save(name,g,rows,expected):
    m=h.make_model(g,opset_imports=ops,producer_name='scikit-learn '+__import__('sklearn').__version__,ir_version=8)
    onnx.checker.check_model(m)
    open(OUT+name+'.onnx','wb').write(m.SerializeToString())
    json.dump({'rows':rows,'expected':expected},open(OUT+name+'.json','w'))
    print(name,len(m.SerializeToString()))
X,y=load_iris(return_X_y=True); X=X.astype(np.float32); names=np.array(['setosa','versicolor','virginica'])[y]
FL=lambda n,w:h.make_tensor_value_info(n,T.FLOAT,[None,w])
# 1 scaler + logistic + zipmap (maps of string)
p=make_pipeline(StandardScaler(),LogisticRegression(max_iter=1000)).fit(X,names)
sc,lr=p[0],p[1]
zip_t=h.make_sequence_type_proto(h.make_map_type_proto(T.STRING,h.make_tensor_type_proto(T.FLOAT,[])))
nodes=[h.make_node('Scaler',['X'],['s'],domain='ai.onnx.ml',offset=sc.mean_.tolist(),scale=(1/sc.scale_).tolist()),
 h.make_node('LinearClassifier',['s'],['label','raw'],domain='ai.onnx.ml',classlabels_strings=list(lr.classes_),coefficients=lr.coef_.ravel().tolist(),intercepts=lr.intercept_.tolist(),multi_class=1,post_transform='SOFTMAX'),
 h.make_node('Identity',['label'],['output_label']),
 h.make_node('ZipMap',['raw'],['output_probability'],domain='ai.onnx.ml',classlabels_strings=list(lr.classes_))]
g=h.make_graph(nodes,'iris',[FL('X',4)],[h.make_tensor_value_info('output_label',T.STRING,[None]),h.make_value_info('output_probability',zip_t)])
save('iris-zipmap',g,X[::7].tolist(),p.predict_proba(X[::7]).tolist())
# 2 random forest, probabilities tensor, int labels
rf=RandomForestClassifier(5,max_depth=4,random_state=0).fit(X,y)
a=dict(nodes_treeids=[],nodes_nodeids=[],nodes_featureids=[],nodes_values=[],nodes_modes=[],nodes_truenodeids=[],nodes_falsenodeids=[],nodes_missing_value_tracks_true=[],nodes_hitrates=[],class_treeids=[],class_nodeids=[],class_ids=[],class_weights=[])
for t,e in enumerate(rf.estimators_):
    tr=e.tree_
    for n in range(tr.node_count):
        leaf=tr.children_left[n]<0
        a['nodes_treeids'].append(t);a['nodes_nodeids'].append(n);a['nodes_featureids'].append(0 if leaf else int(tr.feature[n]))
        th=0.0 if leaf else np.float32(tr.threshold[n])
        if not leaf and float(th)>tr.threshold[n]: th=np.nextafter(th,np.float32(-np.inf))
        a['nodes_values'].append(float(th));a['nodes_modes'].append('LEAF' if leaf else 'BRANCH_LEQ')
        a['nodes_truenodeids'].append(0 if leaf else int(tr.children_left[n]));a['nodes_falsenodeids'].append(0 if leaf else int(tr.children_right[n]))
        a['nodes_missing_value_tracks_true'].append(0);a['nodes_hitrates'].append(1.0)
        if leaf:
            v=tr.value[n][0]/tr.value[n][0].sum()
            for c in range(3):
                a['class_treeids'].append(t);a['class_nodeids'].append(n);a['class_ids'].append(c);a['class_weights'].append(float(v[c]/5))
nodes=[h.make_node('TreeEnsembleClassifier',['X'],['label','probabilities'],domain='ai.onnx.ml',classlabels_int64s=[0,1,2],post_transform='NONE',**a)]
g=h.make_graph(nodes,'forest',[FL('X',4)],[h.make_tensor_value_info('label',T.INT64,[None]),FL('probabilities',3)])
save('iris-forest',g,X[::7].tolist(),rf.predict_proba(X[::7]).tolist())
# 3 regression, one input per column, one of text through OneHotEncoder
D,t=load_diabetes(return_X_y=True); D=D.astype(np.float32)
sex=np.where(D[:,1]>0,'f','m')
Z=np.column_stack([D[:,0],D[:,2],sex=='f',sex=='m']).astype(np.float64)
lin=LinearRegression().fit(Z,t)
nodes=[h.make_node('OneHotEncoder',['sex'],['hot'],domain='ai.onnx.ml',cats_strings=['f','m'],zeros=1),
 h.make_node('Reshape',['hot','two'],['hot2']),
 h.make_node('Concat',['age','bmi','hot2'],['all'],axis=1),
 h.make_node('LinearRegressor',['all'],['variable'],domain='ai.onnx.ml',coefficients=lin.coef_.tolist(),intercepts=[float(lin.intercept_)])]
g=h.make_graph(nodes,'diabetes',[FL('age',1),FL('bmi',1),h.make_tensor_value_info('sex',T.STRING,[None,1])],[FL('variable',1)],[h.make_tensor('two',T.INT64,[2],[-1,2])])
save('diabetes',g,[[float(a),float(b),s] for a,b,s in zip(D[::20,0],D[::20,2],sex[::20])],lin.predict(Z[::20]).tolist())
